package io.evenkeel.domain.incident;

/** Life of an incident as remediation keeps it. Acknowledged is a mark beside the state, not a state. */
public enum IncidentState {
    OPEN,
    /** The harmed signal is back in its frozen band. */
    MITIGATED,
    /** All harm findings returned for five minutes, or a person said so. A later return opens a linked incident. */
    RESOLVED,
    /** A restored job did not find it again and nobody had acted on it. */
    SUPERSEDED,
    /** Folded into another incident; its URL still leads there. */
    MERGED
}
