package io.evenkeel.wire.otlp;

/** Leaves a walk at the byte that cannot be right. Never leaves this package: a walk turns it into {@link Undecodable}. */
final class MalformedOtlp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Undecodable.Reason reason;
    private final int position;

    MalformedOtlp(Undecodable.Reason reason, int position) {
        // Hostile input must not cost a stack trace per record.
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.position = position;
    }

    Undecodable at(int offset, int length) {
        return new Undecodable(reason, Math.max(0, Math.min(length, position - offset)), length);
    }
}
