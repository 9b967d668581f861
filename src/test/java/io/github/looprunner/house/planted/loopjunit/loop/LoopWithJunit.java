package io.github.looprunner.house.planted.loopjunit.loop;

import org.junit.jupiter.api.TestInfo;

class LoopWithJunit {
    TestInfo test;
}
