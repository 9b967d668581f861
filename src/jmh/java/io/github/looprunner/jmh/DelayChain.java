package io.github.looprunner.jmh;

import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.coroutines.jvm.internal.SuspendLambda;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.DelayKt;

/** What Kotlin makes of {@code { repeat(times) { delay(millis) }; end() }}. */
final class DelayChain<S extends CoroutineScope> extends SuspendLambda
        implements Function2<S, Continuation<? super Unit>, Object> {

    private final int times;
    private final long millis;
    private final Runnable end;
    private int left;

    DelayChain(int times, long millis, Runnable end) {
        this(times, millis, end, null);
    }

    private DelayChain(int times, long millis, Runnable end, Continuation<Object> completion) {
        super(2, completion);
        this.times = times;
        this.millis = millis;
        this.end = end;
        this.left = times;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Continuation<Unit> create(Object scope, Continuation<?> completion) {
        return (Continuation<Unit>)
                (Continuation<?>) new DelayChain<S>(times, millis, end, (Continuation<Object>) completion);
    }

    @Override
    public Object invoke(S scope, Continuation<? super Unit> completion) {
        return ((DelayChain<?>) (Continuation<?>) create(scope, completion)).invokeSuspend(Unit.INSTANCE);
    }

    @Override
    protected Object invokeSuspend(Object result) {
        ResultKt.throwOnFailure(result);
        while (left > 0) {
            left--;
            if (DelayKt.delay(millis, this) == IntrinsicsKt.getCOROUTINE_SUSPENDED()) {
                return IntrinsicsKt.getCOROUTINE_SUSPENDED();
            }
        }
        end.run();
        return Unit.INSTANCE;
    }
}
