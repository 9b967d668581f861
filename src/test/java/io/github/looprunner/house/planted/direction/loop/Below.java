package io.github.looprunner.house.planted.direction.loop;

import io.github.looprunner.house.planted.direction.Above;

class Below {
    final Above above = new Above();
}
