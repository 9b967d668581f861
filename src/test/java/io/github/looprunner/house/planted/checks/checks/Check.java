package io.github.looprunner.house.planted.checks.checks;

public class Check {}
