package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.EventLoop;
import java.util.List;
import java.util.Optional;

/** Rules about what a factory says of its loops. */
final class KindRules {

    private static final String SOURCE = "EventLoopFactory";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a kind has a name in lower case with hyphens", KindRules::name)
                    .needing(Needs.NOTHING),
            Rule.of(SOURCE, "a kind opens loops where it can run, and says so where it cannot", KindRules::opens)
                    .needing(Needs.NOTHING),
            Rule.of(SOURCE, "a loop has the name that its owner gives it, and its kind", KindRules::names),
            Rule.of(SOURCE, "the end of a loop leaves other loops of the kind alone", KindRules::independent),
            Rule.of("EventLoop.unwrap", "unwrap refuses a type that the loop has nothing of", KindRules::unwrap));

    private KindRules() {}

    private static void name(Trial trial) {
        String kind = trial.factory().kind();
        isTrue(kind.matches("[a-z0-9]+(-[a-z0-9]+)*"), "a name such as virtual-thread", kind);
    }

    private static void opens(Trial trial) {
        Optional<String> reason = trial.factory().unavailable();
        if (reason.isEmpty()) {
            isTrue(!trial.loop().isShutdown(), "an open loop", "one that is shut down");
            return;
        }
        isTrue(!reason.get().isBlank(), "a reason why the kind cannot run here", "a blank one");
        thrown(IllegalStateException.class, "open(owner) of a kind that cannot run here", trial::loop);
    }

    private static void names(Trial trial) {
        equal("checked", trial.loop().name(), "the name");
        equal(trial.factory().kind(), trial.loop().kind(), "the kind");
    }

    private static void independent(Trial trial) throws InterruptedException {
        trial.rest(); // so that both are open
        EventLoop other = trial.open(new Reports("other", /* kernel= */ null));
        trial.onLoop(other, () -> true);
        other.shutdown();
        trial.awaitEnd(other);
        trial.rest();
    }

    private static void unwrap(Trial trial) {
        thrown(IllegalArgumentException.class, "unwrap of a type that nobody knows", () -> trial.loop()
                .unwrap(Unknown.class));
    }

    private interface Unknown {}
}
