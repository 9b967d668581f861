package io.github.looprunner.house.planted.cycle;

import io.github.looprunner.house.planted.cycle.part.Second;

public class First {
    final Second second = new Second();
}
