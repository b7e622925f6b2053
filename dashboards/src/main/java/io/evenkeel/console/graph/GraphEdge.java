package io.evenkeel.console.graph;

/**
 * One service calls another.
 *
 * @param caller id of the calling node
 * @param callee id of the called node
 * @param hurt true when trouble travels along it, from callee to caller
 */
public record GraphEdge(String caller, String callee, boolean hurt) {}
