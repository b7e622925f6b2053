package io.evenkeel.remediation.runner;

import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Places between two writes where a process may die. Tests put a crash there; the product passes them by, unless
 * {@value #VARIABLE} names one: then the thread stays there and says so in the log, so that whoever kills the process from
 * outside hits the exact place.
 */
public interface FaultPoints {
    String VARIABLE = "EVENKEEL_FAULT_POINT";

    /** The intent is committed, nothing was sent. */
    String AFTER_INTENT = "after-intent";

    /** The effect was sent and answered, nothing of it is written. */
    String AFTER_EFFECT = "after-effect";

    /** The effect is written as applied, nothing was judged. */
    String BEFORE_VERIFY = "before-verify";

    /** The undo is decided and written, nothing was sent. */
    String BEFORE_UNDO = "before-undo";

    /** The undo was sent and answered, nothing of it is written. */
    String AFTER_UNDO = "after-undo";

    void at(String place);

    /** What is logged, with the place behind it, when a thread stays. */
    String HELD = "held until killed at fault point ";

    /** Passes all places by, but never goes on from the one that the environment names. */
    static FaultPoints fromEnvironment() {
        String named = System.getProperty(VARIABLE.toLowerCase(Locale.ROOT).replace('_', '.'), "");
        String variable = System.getenv(VARIABLE);
        String fatal = !named.isEmpty() || variable == null ? named : variable;
        return place -> {
            if (place.equals(fatal)) {
                LoggerFactory.getLogger(FaultPoints.class).error("{}{}", HELD, place);
                while (true) {
                    LockSupport.park();
                }
            }
        };
    }
}
