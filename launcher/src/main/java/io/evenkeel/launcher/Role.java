package io.evenkeel.launcher;

import java.util.Locale;

/** A part of the house that can be a process of its own; {@code run} is all of them in one. */
enum Role {
    /** The single-node broker with all topics. */
    KAFKA,
    /** The OTLP receivers. */
    INGEST,
    /** The Flink job from telemetry to findings. */
    DETECTION,
    /** The Flink job from findings to incidents. */
    CORRELATION,
    /** PostgreSQL, the control plane and the console. */
    CONTROL;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
