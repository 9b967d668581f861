package io.github.looprunner.house.planted.api;

import java.util.List;

abstract class Parent {
    public <E> List<E> inherited(E element) {
        return List.of(element);
    }
}
