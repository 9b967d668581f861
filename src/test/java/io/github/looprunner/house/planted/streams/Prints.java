package io.github.looprunner.house.planted.streams;

class Prints {
    void print() {
        System.out.println();
    }
}
