package io.github.looprunner.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MutinyTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void delaysAnItem() {
        assertThat(run(lateBy(HOUR))).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesOut() {
        Uni<String> never = Uni.createFrom().<String>nothing();

        assertThatThrownBy(
                        () -> run(never.ifNoItem().after(HOUR).on(runner.loop()).fail()))
                .isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void fallsBackAtATimeoutAndCancelsWhatWasLate() {
        Uni<String> soon = lateBy(HOUR.multipliedBy(3))
                .ifNoItem()
                .after(HOUR)
                .on(runner.loop())
                .recoverWithItem("fallback");

        assertThat(run(soon)).isEqualTo("fallback");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retriesWithBackoff() {
        AtomicInteger tries = new AtomicInteger();
        Uni<Integer> flaky = flaky(4, tries)
                .onFailure(IOException.class)
                .retry()
                .withExecutor(runner.loop())
                .withBackOff(HOUR, Duration.ofDays(1))
                .withJitter(0)
                .atMost(10);

        assertThat(run(flaky)).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4));
    }

    @Test
    void retriesStagesOfTheLoop() {
        AtomicInteger tries = new AtomicInteger();
        Uni<Integer> flaky = Uni.createFrom()
                .completionStage(() -> runner.loop().supply(() -> {
                    if (tries.incrementAndGet() < 4) {
                        throw new IOException("try " + tries);
                    }
                    return tries.get();
                }))
                .onFailure()
                .retry()
                .withExecutor(runner.loop())
                .withBackOff(HOUR, HOUR)
                .withJitter(0)
                .atMost(10);

        assertThat(run(flaky)).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void givesUpRetrying() {
        AtomicInteger tries = new AtomicInteger();
        Uni<Integer> broken = flaky(100, tries)
                .onFailure()
                .retry()
                .withExecutor(runner.loop())
                .withBackOff(HOUR, HOUR)
                .withJitter(0)
                .atMost(5);

        assertThatThrownBy(() -> run(broken)).isInstanceOf(IOException.class).hasMessage("try 6");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void beatsEveryHour() {
        Uni<List<Duration>> beats = Multi.createFrom()
                .ticks()
                .startingAfter(HOUR)
                .onExecutor(runner.loop())
                .every(HOUR)
                .map(beat -> runner.time().elapsed())
                .select()
                .first(24)
                .collect()
                .asList();

        assertThat(run(beats))
                .hasSize(24)
                .startsWith(HOUR, HOUR.multipliedBy(2))
                .endsWith(HOUR.multipliedBy(24));
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(24));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void handlesAFailureOnTheLoop() {
        Uni<String> handled = lateBy(HOUR)
                .<String>map(late -> {
                    throw new IllegalStateException("boom");
                })
                .onFailure()
                .recoverWithItem("handled");

        assertThat(run(handled)).isEqualTo("handled");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void expiresRetriesByTheMachine() { // expireIn() reads System.currentTimeMillis(): eight hours fit into two
        AtomicInteger tries = new AtomicInteger();
        Uni<Integer> flaky = flaky(9, tries)
                .onFailure()
                .retry()
                .withExecutor(runner.loop())
                .withBackOff(HOUR, HOUR)
                .withJitter(0)
                .expireIn(HOUR.multipliedBy(2).toMillis());

        assertThat(run(flaky)).isEqualTo(9);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(8));
    }

    private <T> T run(Uni<T> uni) {
        return runner.runCoroutine(uni.subscribeAsCompletionStage());
    }

    private Uni<String> lateBy(Duration delay) {
        return Uni.createFrom()
                .item("late")
                .onItem()
                .delayIt()
                .onExecutor(runner.loop())
                .by(delay);
    }

    private Uni<Integer> flaky(int last, AtomicInteger tries) {
        return Uni.createFrom()
                .item(tries::incrementAndGet)
                .runSubscriptionOn(runner.loop())
                .onItem()
                .transformToUni(number -> number < last
                        ? Uni.createFrom().failure(new IOException("try " + number))
                        : Uni.createFrom().item(number));
    }
}
