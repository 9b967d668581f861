package io.github.looprunner.house.planted.checks;

import io.github.looprunner.house.planted.checks.checks.Check;

class KnowsTheChecks {
    final Check check = new Check();
}
