package io.evenkeel.remediation.execution;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known about an effect after trying it or looking at it. */
public sealed interface Effect {
    /** It happened. */
    record Applied(Map<String, @Nullable Object> result) implements Effect {}

    /** The target accepted it and is still at it; look again. */
    record UnderWay(String text) implements Effect {}

    /**
     * It certainly did not happen.
     *
     * @param isTransient trying again may help
     */
    record NotApplied(String reason, boolean isTransient) implements Effect {}

    /** The target tried and failed, perhaps half way. */
    record Failed(String reason) implements Effect {}

    /** Nobody knows: look before anything else is done. */
    record Unknown(String reason) implements Effect {}
}
