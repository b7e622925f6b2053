package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A move of an execution and what is written with it.
 *
 * @param event what happened
 * @param text why it is now where it is, for people
 * @param lookAgain when a worker looks next, null: only when somebody asks
 * @param ends nothing follows, although the state would allow it
 * @param verdict what verification found, null keeps what is there
 * @param notes what is told
 */
public record Move(
        ExecutionEvent event,
        String text,
        @Nullable Duration lookAgain,
        boolean ends,
        @Nullable Verdict verdict,
        Notes notes) {
    /** Goes on at once. */
    public static Move now(ExecutionEvent event, String text, Notes notes) {
        return new Move(event, text, Duration.ZERO, false, null, notes);
    }

    /** Nothing more to do unless the state's own rules say so. */
    public static Move rest(ExecutionEvent event, String text, Notes notes) {
        return new Move(event, text, null, false, null, notes);
    }

    public Move judged(Verdict found, boolean last) {
        return new Move(event, text, last ? null : Duration.ZERO, last, found, notes);
    }
}
