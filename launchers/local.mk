# launchers
