package io.github.looprunner.house.planted.rootjunit;

class RunnerWithExtension {
    LoopRunnerExtension extension;
}
