package io.evenkeel.remediation.app;

import java.util.List;
import java.util.Locale;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.access.hierarchicalroles.RoleHierarchyImpl;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** viewer &lt; responder &lt; approver &lt; admin: each may do all that the ones before it may. */
final class Roles {
    static final String VIEWER = "VIEWER";
    static final String RESPONDER = "RESPONDER";
    static final String APPROVER = "APPROVER";
    static final String ADMIN = "ADMIN";
    static final List<String> WORDS = List.of("viewer", "responder", "approver", "admin");

    private Roles() {}

    static GrantedAuthority authority(String word) {
        return new SimpleGrantedAuthority("ROLE_" + word.toUpperCase(Locale.ROOT));
    }

    static RoleHierarchy hierarchy() {
        return RoleHierarchyImpl.fromHierarchy(
                "ROLE_ADMIN > ROLE_APPROVER\nROLE_APPROVER > ROLE_RESPONDER\nROLE_RESPONDER > ROLE_VIEWER");
    }
}
