# Beside.pm: a harness of prove that runs test files side by side, and what they cannot do there
# alone.
#
# A file of whose first lines one begins with "# Alone" runs when no other does. So does, once
# more, a file that failed beside others, as on a machine that was too busy: that run counts, and
# what passed only then is told before the summary. Where many failed, it is not the machine.
#
# One with "# Long" starts before the others, so that at the end there are short ones for all.
package Beside;
use strict;
use warnings;
use parent 'TAP::Harness';

my $most_again = 20;

# Whether one of a file's first lines begins with this word.
sub says {
    my ($test, $word) = @_;
    open(my $file, '<', $test) or return 0;
    while (defined(my $line = <$file>)) {
        return 1 if $line =~ /^# $word\b/;
        last if $. > 12;
    }
    return 0;
}

sub long_first {
    my (@tests) = @_;
    my %is_long = map { $_ => says($_, 'Long') } @tests;
    return ((grep { $is_long{$_} } @tests), (grep { !$is_long{$_} } @tests));
}

sub passed {
    my ($parser) = @_;
    return !$parser->has_problems && !$parser->exit && !$parser->wait;
}

# The results of one run by their tests.
sub run {
    my ($self, $jobs, @tests) = @_;
    my $results = $self->aggregator_class->new;
    $self->jobs($jobs);
    local $ENV{CHECK_BESIDE} = $jobs - 1;
    $self->SUPER::aggregate_tests($results, @tests) if @tests;
    return map { $_ => $results->parsers($_) } $results->descriptions;
}

sub aggregate_tests {
    my ($self, $aggregate, @tests) = @_;
    my $jobs = $self->jobs;
    my @alone = grep { says($_, 'Alone') } @tests;
    my %is_alone = map { $_ => 1 } @alone;
    my %result = $self->run($jobs, long_first(grep { !$is_alone{$_} } @tests));
    my @again = $jobs > 1 ? grep { $result{$_} && !passed($result{$_}) } @tests : ();
    if (@again > $most_again) {
        print scalar(@again) . " files failed beside others, too many to run them once more alone\n";
        @again = ();
    }
    print "Once more, alone:\n" if @again;
    {
        local $ENV{CHECK_AGAIN} = 1; # tests/run keeps what was said the first time
        %result = (%result, $self->run(1, @again));
    }
    %result = (%result, $self->run(1, @alone));
    my @mended = grep { passed($result{$_}) } @again;
    print map { "$_ failed beside others, passed alone\n" } @mended;
    $aggregate->add($_, $result{$_}) for grep { $result{$_} } @tests;
    return;
}

1;
