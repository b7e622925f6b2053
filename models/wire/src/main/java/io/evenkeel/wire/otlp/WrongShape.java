package io.evenkeel.wire.otlp;

/** Leaves a walk when points proved to be of another type than they were read as. Never leaves this package. */
final class WrongShape extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Knows nothing of its record, so one is enough. */
    static final WrongShape SEEN = new WrongShape();

    private WrongShape() {
        super("", null, false, false);
    }
}
