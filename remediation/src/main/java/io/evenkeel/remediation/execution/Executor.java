package io.evenkeel.remediation.execution;

import io.evenkeel.remediation.runbook.Verb;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that can act on the world. Only {@code StepRunner} calls {@link #apply} and {@link #undo}, after the intent
 * has been committed. Implementations never throw for what the target does: they answer with an {@link Effect}, and say
 * {@link Effect.Unknown} whenever the effect may have happened. Safe for use by many threads.
 */
public interface Executor {
    /** What it offers. */
    List<Verb> verbs();

    /**
     * The call with what its runbook left to the target filled in, such as the one replica that crashed: what people see,
     * approve and send then names it.
     *
     * @throws UnplannableException when the target cannot be read or there is none
     */
    Call resolve(Call call) throws UnplannableException;

    /**
     * What a resolved call acts on; never empty.
     *
     * @throws UnplannableException when there is no such target
     */
    List<Target> targets(Call call) throws UnplannableException;

    /**
     * Reads the target and says what would change. Causes nothing.
     *
     * @throws UnplannableException when the target cannot be read
     */
    Preview plan(Call call) throws UnplannableException;

    /**
     * Causes the effect, at most once for a token however often it is called.
     *
     * @param before snapshot committed with the intent
     */
    Effect apply(Call call, Map<String, @Nullable Object> before, UUID token);

    /** Finds out what became of a token, without causing anything. */
    Effect observe(Call call, Map<String, @Nullable Object> before, UUID token);

    /** Puts back what the snapshot says, at most once for a token. */
    Effect undo(Call call, Map<String, @Nullable Object> before, UUID undoToken);

    /**
     * True when the target is as the snapshot says.
     *
     * @throws UnplannableException when the target cannot be read
     */
    boolean isRestored(Call call, Map<String, @Nullable Object> before) throws UnplannableException;
}
