package io.github.looprunner.house.planted.optional;

import reactor.core.scheduler.Scheduler;

class KnowsReactor {
    Scheduler scheduler;
}
