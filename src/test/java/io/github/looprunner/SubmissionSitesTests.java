package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionSitesTests {

    @Test
    void recordsSomeUnlessSet() {
        assertThat(SubmissionSites.of(null)).isEqualTo(SubmissionSites.SOME);
    }

    @ParameterizedTest
    @CsvSource({"all, ALL", "Some, SOME", "' none ', NONE"})
    void readsTheSetting(String setting, SubmissionSites sites) {
        assertThat(SubmissionSites.of(setting)).isEqualTo(sites);
    }

    @Test
    void saysWhatTheSettingMayBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SubmissionSites.of("few"))
                .withMessage("looprunner.submissionSites (few) must be all, some or none");
    }

    @Test
    void recordsTheFirstThousandAndThenAFew() {
        long recorded = LongStream.range(0, 100_000)
                .filter(ordinal -> records(SubmissionSites.SOME, ordinal))
                .count();

        assertThat(LongStream.range(0, 1000)).allMatch(ordinal -> records(SubmissionSites.SOME, ordinal));
        assertThat(recorded).isBetween(1010L, 1020L);
    }

    private static boolean records(SubmissionSites sites, long ordinal) {
        assertThat(sites.next(ordinal)).isGreaterThanOrEqualTo(ordinal);
        return sites.next(ordinal) == ordinal;
    }

    @Test
    void recordsAllOrNoneWhereToldSo() {
        assertThat(LongStream.range(0, 10_000)).allMatch(ordinal -> records(SubmissionSites.ALL, ordinal));
        assertThat(LongStream.range(0, 10_000)).noneMatch(ordinal -> records(SubmissionSites.NONE, ordinal));
    }
}
