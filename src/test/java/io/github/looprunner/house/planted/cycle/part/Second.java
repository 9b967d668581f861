package io.github.looprunner.house.planted.cycle.part;

import io.github.looprunner.house.planted.cycle.First;

public class Second {
    First first;
}
