package io.github.looprunner.house.planted.adapter.reactor;

import io.github.looprunner.house.planted.adapter.Root;

class KnowsTheRoot {
    Root root;
}
