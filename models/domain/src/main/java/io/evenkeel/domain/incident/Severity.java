package io.evenkeel.domain.incident;

/** How bad it is for users. */
public enum Severity {
    /** Users of a main operation fail or time out in large part. */
    SEV1,
    /** Users are hurt, in part. */
    SEV2,
    /** No harm to users seen; something is off. Never pages. */
    SEV3
}
