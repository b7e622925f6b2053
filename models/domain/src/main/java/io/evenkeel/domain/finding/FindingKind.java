package io.evenkeel.domain.finding;

/** Why something was noted. */
public enum FindingKind {
    ANOMALY,
    SLO_BURN,
    PREDICTED_BREACH,
    PREDICTED_FAILURE,
    NEW_LOG_TEMPLATE,
    TELEMETRY_LOST,
    EXTERNAL_ALERT,
    CHANGE
}
