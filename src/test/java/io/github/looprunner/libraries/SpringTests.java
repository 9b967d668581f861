package io.github.looprunner.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.PeriodicTrigger;

@Timeout(30)
class SpringTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final ConcurrentTaskScheduler scheduler = scheduler(runner);
    private final List<Instant> beats = new ArrayList<>(); // written on the loop, read between waits

    /** Spring computes delays from the scheduler's clock, so both have to be the loop's. */
    private static ConcurrentTaskScheduler scheduler(LoopRunner runner) {
        ConcurrentTaskScheduler scheduler = new ConcurrentTaskScheduler(runner.loop());
        scheduler.setClock(runner.loop().clock());
        return scheduler;
    }

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void runsAnHourLater() {
        CompletableFuture<Duration> ran = runner.loop().newFuture();
        scheduler.schedule(
                () -> ran.complete(runner.time().elapsed()),
                scheduler.getClock().instant().plus(HOUR));

        assertThat(runner.runCoroutine(ran)).isEqualTo(HOUR);
    }

    @Test
    void beatsAtAFixedRate() {
        ScheduledFuture<?> beating = scheduler.scheduleAtFixedRate(this::beat, HOUR);

        runner.time().advanceBy(HOUR.multipliedBy(2));
        beating.cancel(false);

        assertThat(beats).containsExactly(at("00:00:00"), at("01:00:00"), at("02:00:00"));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void beatsWithAFixedDelay() {
        scheduler.scheduleWithFixedDelay(
                () -> {
                    beat();
                    runner.time().elapse(Duration.ofMinutes(30));
                },
                HOUR);

        runner.time().advanceBy(Duration.ofHours(3));

        assertThat(beats).containsExactly(at("00:00:00"), at("01:30:00"), at("03:00:00"));
    }

    @Test
    void followsACronExpression() {
        scheduler.schedule(this::beat, new CronTrigger("0 30 4 * * *", ZoneOffset.UTC));

        runner.time().advanceBy(Duration.ofDays(3));

        assertThat(beats)
                .containsExactly(
                        at("04:30:00"),
                        at("04:30:00").plus(Duration.ofDays(1)),
                        at("04:30:00").plus(Duration.ofDays(2)));
    }

    @Test
    void followsATriggerUntilItIsCancelled() {
        PeriodicTrigger trigger = new PeriodicTrigger(HOUR);
        trigger.setInitialDelay(Duration.ofMinutes(10));
        ScheduledFuture<?> beating = scheduler.schedule(this::beat, trigger);

        runner.time().advanceBy(Duration.ofHours(2));
        beating.cancel(false);

        assertThat(beats).containsExactly(at("00:10:00"), at("01:10:00"));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void goesOnAfterAHandledFailure() {
        List<Throwable> handled = new ArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        scheduler.setErrorHandler(handled::add);
        scheduler.scheduleAtFixedRate(
                () -> {
                    if (tries.incrementAndGet() % 2 == 0) {
                        throw new IllegalStateException("try " + tries);
                    }
                },
                HOUR);

        runner.time().advanceBy(Duration.ofHours(3));

        assertThat(tries).hasValue(4);
        assertThat(handled).extracting(Throwable::getMessage).containsExactly("try 2", "try 4");
    }

    @Test
    void givesAFailureToWhoeverAsks() {
        CompletableFuture<String> failed = scheduler.submitCompletable(() -> {
            throw new IOException("boom");
        });

        assertThatThrownBy(() -> runner.runCoroutine(failed)).isInstanceOf(IOException.class);
        assertThat(runner.time().elapsed()).isZero();
    }

    private void beat() {
        beats.add(runner.loop().clock().instant());
    }

    private static Instant at(String time) {
        return Instant.parse("2000-01-01T" + time + "Z");
    }
}
