package io.github.looprunner.house.planted.handler;

class SetsHandler {
    void set() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
    }
}
