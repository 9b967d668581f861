package io.github.looprunner.house.planted.direction;

public class Above {}
