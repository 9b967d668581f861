package io.github.looprunner.loop;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a loop was doing at one moment, for reports; taken without stopping the loop, so parts may be a moment apart.
 *
 * @param thread the loop's {@link EventLoop#thread()}
 * @param running what runs now, null while the loop is idle
 * @param waitsFor what that waits for and where, in a call of this library, such as for another loop; null if in none
 * @param last what ran last, null before the first task ended
 * @param idleFor how long the loop has been idle, zero under virtual time; null unless it is idle
 * @param completed how many tasks have ended
 * @param readyCount how many tasks are ready to run
 * @param ready the first of them
 * @param timerCount how many timers are armed
 * @param timers the first of them by deadline
 * @param coroutines the suspended coroutines, each with what it awaits
 * @param shutDownAt where the loop was shut down, in words; null while it is open
 * @param carrier whose thread is to run the loop's next turn, and has not begun it; null where none is asked to
 */
public record LoopState(
        @Nullable Thread thread,
        @Nullable String running,
        @Nullable String waitsFor,
        @Nullable String last,
        @Nullable Duration idleFor,
        long completed,
        int readyCount,
        List<String> ready,
        int timerCount,
        List<String> timers,
        List<String> coroutines,
        @Nullable String shutDownAt,
        @Nullable String carrier) {}
