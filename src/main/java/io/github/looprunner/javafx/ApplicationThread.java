package io.github.looprunner.javafx;

import io.github.looprunner.loop.LoopCarrier;
import javafx.application.Platform;

/** The thread of JavaFX. */
final class ApplicationThread implements LoopCarrier {

    /** Runs nothing after {@code Platform.exit()}, which cannot be asked about: JavaFX then drops what it is given. */
    @Override
    public void dispatch(Runnable turn) {
        Platform.runLater(turn);
    }

    @Override
    public String inWords() {
        return "the JavaFX application thread";
    }

    @Override
    public boolean isCarrying() {
        return Platform.isFxApplicationThread();
    }
}
