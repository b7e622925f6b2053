package io.evenkeel.console.remedy;

/**
 * The person in front of the page. What they may do is decided by the API they post to; the page only does not offer
 * what would be refused, and says why.
 *
 * @param name user name, empty for nobody
 * @param role highest role
 */
public record Viewer(String name, Role role) {
    /** Least first: each may do what those before it may. */
    public enum Role {
        NOBODY,
        VIEWER,
        RESPONDER,
        APPROVER,
        ADMIN
    }

    public boolean isKnown() {
        return !name.isEmpty();
    }

    /** May acknowledge, note, resolve, give feedback, press the stop button. */
    public boolean mayRespond() {
        return role.compareTo(Role.RESPONDER) >= 0;
    }

    /** May say yes or no to a repair. */
    public boolean mayApprove() {
        return role.compareTo(Role.APPROVER) >= 0;
    }
}
