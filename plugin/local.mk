# atelier.so
