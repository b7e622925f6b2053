package io.evenkeel.remediation.gate;

import java.util.List;
import java.util.Locale;

/**
 * Who asks for something.
 *
 * @param name user or token name
 * @param role viewer, responder, approver or admin
 * @param isService a token of a machine, which never approves
 */
public record Person(String name, String role, boolean isService) {
    private static final List<String> ROLES = List.of("viewer", "responder", "approver", "admin");

    /** True when this role is that role or one above it. An unknown role is none. */
    public boolean hasAtLeast(String wanted) {
        int mine = rank(role);
        return mine >= 0 && mine >= rank(wanted);
    }

    private static int rank(String role) {
        return ROLES.indexOf(role.toLowerCase(Locale.ROOT));
    }
}
