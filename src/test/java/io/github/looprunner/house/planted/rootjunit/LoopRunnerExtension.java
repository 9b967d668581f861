package io.github.looprunner.house.planted.rootjunit;

import org.junit.jupiter.api.extension.Extension;

class LoopRunnerExtension implements Extension {}
