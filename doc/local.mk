dist_man_MANS = \
	doc/atelier-policy.5 \
	# End of dist_man_MANS
