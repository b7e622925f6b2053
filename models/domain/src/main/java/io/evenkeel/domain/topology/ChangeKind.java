package io.evenkeel.domain.topology;

/** What was changed. */
public enum ChangeKind {
    DEPLOY,
    ROLLBACK,
    CONFIGURATION,
    FEATURE_FLAG,
    SCALE,
    RESTART
}
