package io.github.looprunner.house.planted.statics;

class HasMutableStatic {
    static int count;
}
