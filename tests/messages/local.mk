# tests/messages: what other releases of Atelier say is understood
check_PROGRAMS += tests/messages/recorded_messages
tests_messages_recorded_messages_SOURCES = \
	tests/messages/message_file.c tests/messages/message_file.h \
	tests/messages/recorded.h \
	tests/messages/recorded_bytes.c \
	tests/messages/recorded_messages.c \
	tests/messages/recorded_records.c \
	# End of tests_messages_recorded_messages_SOURCES

tap_built += tests/messages/recorded_messages

EXTRA_DIST += \
	tests/messages/0.1.0.messages \
	tests/messages/oldest.messages \
	# End of EXTRA_DIST
