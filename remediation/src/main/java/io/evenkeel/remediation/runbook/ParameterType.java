package io.evenkeel.remediation.runbook;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import org.jspecify.annotations.Nullable;

/** What kind of value a runbook's parameter takes. In files in lower case. */
public enum ParameterType {
    /** Name of a service as the platform knows it. */
    SERVICE,
    /** {@code service.instance.id} of one replica. */
    INSTANCE,
    /** A version that was running before. */
    VERSION,
    STRING,
    /** A whole number. */
    INT,
    NUMBER,
    BOOL;

    CelType celType() {
        return switch (this) {
            case SERVICE, INSTANCE, VERSION, STRING -> SimpleType.STRING;
            case INT -> SimpleType.INT;
            case NUMBER -> SimpleType.DOUBLE;
            case BOOL -> SimpleType.BOOL;
        };
    }

    /** The value in this type's Java form, null when it does not fit. An empty text is no value. */
    public @Nullable Object accept(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (this) {
            case SERVICE, INSTANCE, VERSION, STRING -> value instanceof String text && !text.isBlank() ? text : null;
            case INT -> value instanceof Long || value instanceof Integer ? ((Number) value).longValue() : null;
            case NUMBER -> value instanceof Number number ? number.doubleValue() : null;
            case BOOL -> value instanceof Boolean ? value : null;
        };
    }
}
