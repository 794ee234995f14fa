"""What browsers see: one package per audience over `shared/`. Only this package knows Flask."""
