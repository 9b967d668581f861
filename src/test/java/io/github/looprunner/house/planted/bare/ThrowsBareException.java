package io.github.looprunner.house.planted.bare;

class ThrowsBareException {
    void fail() {
        throw new RuntimeException("failed");
    }
}
