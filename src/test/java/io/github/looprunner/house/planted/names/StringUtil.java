package io.github.looprunner.house.planted.names;

class StringUtil {}
