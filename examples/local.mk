# What a user starts from; a copy in the home volume is what the jobs run.
EXTRA_DIST += \
	examples/digits/dataset.py \
	examples/digits/make_dataset.py \
	examples/digits/train.py \
	examples/digits/train.sh \
	# End of EXTRA_DIST
