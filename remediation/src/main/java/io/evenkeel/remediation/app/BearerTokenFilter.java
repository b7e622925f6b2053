package io.evenkeel.remediation.app;

import io.evenkeel.remediation.postgres.PostgresUsers;
import io.evenkeel.remediation.postgres.PostgresUsers.Machine;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets machines in by {@code Authorization: Bearer …} for one request. A wrong token is anonymous, and so refused. */
final class BearerTokenFilter extends OncePerRequestFilter {
    private static final String SCHEME = "Bearer ";

    /** Prefix of a machine's name, so that no machine can be taken for the person of the same name. */
    static final String MACHINE = "token:";

    private final PostgresUsers users;

    BearerTokenFilter(PostgresUsers users) {
        this.users = users;
    }

    static boolean hasToken(HttpServletRequest request) {
        return token(request) != null;
    }

    private static @Nullable String token(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        return header.substring(SCHEME.length()).strip();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String token = token(request);
        Optional<Machine> machine = token == null || token.length() > 200 ? Optional.empty() : users.machine(token);
        machine.ifPresent(found -> {
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                    MACHINE + found.name(), null, List.of(Roles.authority(found.role()))));
            SecurityContextHolder.setContext(context);
        });
        chain.doFilter(request, response);
    }
}
