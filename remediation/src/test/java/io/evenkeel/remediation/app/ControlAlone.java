package io.evenkeel.remediation.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The control plane by itself, without the console's pages. Run it against a database and brokers:
 * {@code --spring.datasource.url=… --evenkeel.data-dir=… --evenkeel.kafka-bootstrap=…}
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({RemediationConfiguration.class, ControlAlone.SignIn.class})
public class ControlAlone {
    public static void main(String[] arguments) {
        SpringApplication.run(ControlAlone.class, arguments);
    }

    /** Stands in for the console's sign-in page: gives the token that its form would carry. */
    @RestController
    static class SignIn {
        @GetMapping("/login")
        String login(CsrfToken token) {
            return token.getToken();
        }

        @GetMapping("/")
        String now(CsrfToken token) {
            return token.getToken();
        }
    }
}
