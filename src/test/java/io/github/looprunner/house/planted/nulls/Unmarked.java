package io.github.looprunner.house.planted.nulls;

class Unmarked {}
