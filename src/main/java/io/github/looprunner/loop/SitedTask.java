package io.github.looprunner.loop;

/** A task together with where it was submitted. */
record SitedTask(Runnable task, Site site) implements Runnable, Described {

    @Override
    public void run() {
        task.run();
    }

    @Override
    public String inWords() {
        return Described.nameOf(task);
    }
}
