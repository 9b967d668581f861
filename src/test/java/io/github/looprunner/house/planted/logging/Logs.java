package io.github.looprunner.house.planted.logging;

import java.util.logging.Logger;

class Logs {
    void log() {
        Logger.getGlobal().info("");
    }
}
