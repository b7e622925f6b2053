package io.evenkeel.testbed.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testbed.shop.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupervisorOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--replicas payment=1 | option --data-dir is required",
                "--data-dir d | inventory needs a PostgreSQL of its own",
                "--data-dir d --replicas payment=0 | payment must have 1 to 6, not 0",
                "--data-dir d --replicas cart=1 | no role 'cart'",
                "--data-dir d --replicas payment=1 --names payment=front | the same name",
                "--data-dir d --replicas payment=1 --names payment=Zahlung! | must be lower case",
                "--data-dir d --replicas payment=1 --port x | must be a whole number, not 'x'",
                "--data-dir d --replicas payment=1 --agent /nowhere.jar | agent cannot be read: /nowhere.jar",
                "--data-dir d --colour red | unknown option '--colour'",
                "--data-dir | needs a value"
            })
    void saysWhatIsWrong(String line, String words) {
        assertThatThrownBy(() -> SupervisorOptions.parse(line.strip().split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words.strip());
    }

    @Test
    void everyServiceCanBeRenamed() {
        SupervisorOptions options = SupervisorOptions.parse(
                "--data-dir d --replicas payment=1 --names payment=zahlung,front=laden".split(" "));
        assertThat(options.names())
                .containsEntry(Role.PAYMENT, "zahlung")
                .containsEntry(Role.FRONT, "laden")
                .containsEntry(Role.CATALOG, "catalog");
    }
}
