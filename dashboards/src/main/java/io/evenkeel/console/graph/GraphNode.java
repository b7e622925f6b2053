package io.evenkeel.console.graph;

/**
 * A service in the picture.
 *
 * @param id unique
 * @param name as written
 * @param part what it plays in the incident
 */
public record GraphNode(String id, String name, Part part) {
    public enum Part {
        CAUSE,
        SUFFERS,
        BYSTANDER,
        /** Sends no telemetry itself, for example a database known from its callers. */
        REMOTE
    }
}
