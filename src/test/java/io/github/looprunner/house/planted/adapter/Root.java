package io.github.looprunner.house.planted.adapter;

public class Root {}
