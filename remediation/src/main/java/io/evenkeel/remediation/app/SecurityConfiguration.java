package io.evenkeel.remediation.app;

import io.evenkeel.remediation.postgres.PostgresUsers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.access.hierarchicalroles.RoleHierarchy;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;

/**
 * Who may do what. People sign in with a form and hold a session cookie; every form post carries a CSRF token. Machines
 * send a bearer token to {@code /api/**} and hold no session. Nothing acts on GET.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
public class SecurityConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityConfiguration.class);

    /** Only our own scripts and styles, none inline; never inside another site's frame. */
    static final String CONTENT_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self';"
            + " frame-ancestors 'none'; img-src 'self' data:";

    /** A shift: nobody signs in twice during a night. */
    private static final int SESSION_MINUTES = 12 * 60;

    /** 2^11 rounds take about 0.1 s on the reference machine: dear for a guesser, cheap for a person. */
    private static final int BCRYPT_STRENGTH = 11;

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(BCRYPT_STRENGTH);
    }

    @Bean
    RoleHierarchy roleHierarchy() {
        return Roles.hierarchy();
    }

    @Bean
    UserDetailsService userDetailsService(PostgresUsers users) {
        return name -> users.user(name)
                .map(user -> User.withUsername(user.name())
                        .password(user.passwordHash())
                        .disabled(user.disabled())
                        .authorities(Roles.authority(user.role()))
                        .build())
                .orElseThrow(() -> new UsernameNotFoundException("no such user"));
    }

    @Bean
    LoginThrottle loginThrottle(InstantSource clock) {
        return new LoginThrottle(clock);
    }

    @Bean
    ServletContextInitializer sessionCookie(RemediationProperties properties) {
        boolean tls = properties.publicUrl().startsWith("https:");
        return context -> {
            context.setSessionTimeout(SESSION_MINUTES);
            context.getSessionCookieConfig().setName("EVENKEEL_SESSION");
            context.getSessionCookieConfig().setHttpOnly(true);
            context.getSessionCookieConfig().setSecure(tls);
            // Lax, not Strict: a link to an incident out of a chat must open it, and only GETs come along.
            context.getSessionCookieConfig().setAttribute("SameSite", "Lax");
        };
    }

    @Bean
    @Order(1)
    SecurityFilterChain machines(HttpSecurity http, PostgresUsers users) {
        return http.securityMatcher(
                        request -> request.getRequestURI().startsWith("/api/") && BearerTokenFilter.hasToken(request))
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(new BearerTokenFilter(users), UsernamePasswordAuthenticationFilter.class)
                .authorizeHttpRequests(SecurityConfiguration::rules)
                .exceptionHandling(errors -> errors.authenticationEntryPoint(
                                (request, response, e) -> problem(response, 401, "The bearer token is not known."))
                        .accessDeniedHandler((request, response, e) ->
                                problem(response, 403, "The token's role does not allow this.")))
                .headers(SecurityConfiguration::headers)
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain people(HttpSecurity http, LoginThrottle throttle) {
        HttpSessionRequestCache cache = pagesOnly();
        return http.csrf(csrf -> csrf.ignoringRequestMatchers("/ack/*"))
                .requestCache(requests -> requests.requestCache(cache))
                .addFilterBefore(new LoginThrottleFilter(throttle), UsernamePasswordAuthenticationFilter.class)
                .formLogin(form -> form.loginPage("/login")
                        .successHandler((request, response, who) -> {
                            throttle.succeeded(request.getRemoteAddr(), LoginThrottleFilter.name(request));
                            SavedRequestAwareAuthenticationSuccessHandler next =
                                    new SavedRequestAwareAuthenticationSuccessHandler();
                            next.setRequestCache(cache);
                            next.onAuthenticationSuccess(request, response, who);
                        })
                        .failureHandler((request, response, e) -> {
                            throttle.failed(request.getRemoteAddr(), LoginThrottleFilter.name(request));
                            // Not the name: people type passwords into the wrong field.
                            LOG.info("event=login-refused from={}", request.getRemoteAddr());
                            response.sendRedirect("/login?error");
                        }))
                .logout(logout -> logout.logoutSuccessUrl("/login?logout"))
                .authorizeHttpRequests(SecurityConfiguration::rules)
                .exceptionHandling(errors -> errors.authenticationEntryPoint((request, response, e) -> {
                            if (isApi(request)) {
                                problem(response, 401, "Sign in, or send a bearer token.");
                            } else {
                                new LoginUrlAuthenticationEntryPoint("/login").commence(request, response, e);
                            }
                        })
                        .accessDeniedHandler((request, response, e) -> {
                            if (wantsJson(request)) {
                                problem(
                                        response,
                                        403,
                                        "Your role does not allow this, or the page was too old: reload it.");
                            } else {
                                new AccessDeniedHandlerImpl().handle(request, response, e);
                            }
                        }))
                .headers(SecurityConfiguration::headers)
                .build();
    }

    /** After signing in a person lands on the page they asked for, never on a fragment or the event stream. */
    @SuppressWarnings("NullAway") // Null is how the setter is told to leave the address alone.
    private static HttpSessionRequestCache pagesOnly() {
        HttpSessionRequestCache cache = new HttpSessionRequestCache();
        cache.setMatchingRequestParameterName(null);
        cache.setRequestMatcher(request ->
                request.getMethod().equals("GET") && !isApi(request) && request.getHeader("HX-Request") == null);
        return cache;
    }

    private static void rules(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        // Decided when the request came in; error pages and the ends of event streams are not judged again.
        requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD, DispatcherType.ASYNC)
                .permitAll()
                .requestMatchers(
                        "/login", "/ack/*", "/console/**", "/vendor/**", "/favicon.ico", "/favicon.svg", "/healthz")
                .permitAll()
                .requestMatchers("/api/v1/users/**", "/api/v1/tokens/**")
                .hasRole(Roles.ADMIN)
                .requestMatchers(HttpMethod.POST, "/api/v1/executions/*/approve", "/api/v1/executions/*/deny")
                .hasRole(Roles.APPROVER)
                .requestMatchers(HttpMethod.POST, "/api/**")
                .hasRole(Roles.RESPONDER)
                .requestMatchers(HttpMethod.GET, "/**")
                .hasRole(Roles.VIEWER)
                .requestMatchers(HttpMethod.HEAD, "/**")
                .hasRole(Roles.VIEWER)
                .requestMatchers(HttpMethod.POST, "/logout")
                .authenticated()
                .anyRequest()
                .hasRole(Roles.ADMIN);
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                .frameOptions(frames -> frames.deny())
                .referrerPolicy(policy -> policy.policy(
                        org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy
                                .SAME_ORIGIN));
    }

    private static boolean isApi(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/api/") || path.equals("/live");
    }

    private static boolean wantsJson(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return isApi(request) && (accept == null || !accept.contains("text/html"));
    }

    private static void problem(HttpServletResponse response, int status, String detail) throws IOException {
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.getWriter().write("{\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
    }
}
